/** Command lines whose options are numbers, or lists of them: `--nodes 10,30 --seeders 1,4` are four combinations. */
type Numbers<T> = { readonly [K in keyof T]: number }

/** For `parseArgs`: one option for each number, named as on a command line. */
export function numberOptions(usual: object): Record<string, { readonly type: 'string' }> {
  return Object.fromEntries(Object.keys(usual).map((name) => [optionOf(name), { type: 'string' }]))
}

/** Every combination of the numbers given, the usual ones elsewhere. Throws a `TypeError` with a sentence for a person. */
export function combinationsOf<T extends Numbers<T>>(usual: T, values: Readonly<Record<string, unknown>>): T[] {
  let combinations = [usual]
  for (const name of Object.keys(usual)) {
    const given = values[optionOf(name)]
    if (typeof given !== 'string') continue
    const numbers = given.split(',').map(Number)
    if (given === '' || numbers.some((number) => !(number >= 0))) {
      throw new TypeError(`--${optionOf(name)} takes numbers, not “${given}”`)
    }
    combinations = combinations.flatMap((one) => numbers.map((number) => ({ ...one, [name]: number })))
  }
  return combinations
}

/** A line for each option, with what it usually is. */
export function numberUsage(usual: object): string[] {
  return Object.entries(usual).map(([name, value]) => `  --${optionOf(name)} ${value}`)
}

/** `seederUpMbit` → `seeder-up-mbit`. */
function optionOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
