import { type Command, InvalidArgumentError } from 'commander'
import { MEDIA_TYPE } from '../keeper/upload-request.ts'

/** Adds the options that say what a manifest tells of a file beside its content. */
export function withLabelOptions(command: Command): Command {
  return command
    .option('--name <name>', 'file name to put into the manifest (default: the file’s own)')
    .option('--type <type>', 'media type to put into the manifest (default: by the name’s ending)', parseMediaType)
    .option('--bare', 'neither name nor type')
}

function parseMediaType(text: string): string {
  if (MEDIA_TYPE.test(text)) return text
  throw new InvalidArgumentError('A media type looks like text/plain.')
}
