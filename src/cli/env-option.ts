import { type Command, InvalidArgumentError, Option } from 'commander'

/**
 * An option that an environment variable can give as well; the command line wins.
 *
 * commander’s own `.env()` reads `process.env`, whatever environment the command was started with.
 */
export class EnvOption extends Option {
  readonly variable: string

  constructor(flags: string, description: string, variable: string) {
    super(flags, `${description} [$${variable}]`)
    this.variable = variable
  }
}

/** Gives `command` the values of `env` for options that the command line left out. A bad value is a usage error. */
export function applyEnvironment(command: Command, env: Readonly<Record<string, string | undefined>>): void {
  for (const option of command.options) {
    if (!(option instanceof EnvOption)) continue
    const text = env[option.variable]
    const name = option.attributeName()
    if (text === undefined || text === '' || command.getOptionValueSource(name) === 'cli') continue
    command.setOptionValueWithSource(name, readValue(command, option, text), 'env')
  }
}

function readValue(command: Command, option: EnvOption, text: string): unknown {
  try {
    return option.parseArg === undefined ? text : option.parseArg<unknown>(text, undefined)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    return command.error(`error: the value '${text}' of ${option.variable} is invalid. ${error.message}`)
  }
}
