import { QuireError } from '../../errors.ts'

const DEFAULT_PARTITION_DAYS = 7
const MAX_PARTITION_DAYS = 365

/** Errors: `ERR_OPTION_INVALID`. */
export function checkedDays(days = DEFAULT_PARTITION_DAYS): number {
  if (Number.isInteger(days) && days >= 1 && days <= MAX_PARTITION_DAYS) return days
  throw new QuireError('ERR_OPTION_INVALID', `An archive is of 1 to ${MAX_PARTITION_DAYS} days, not ${days}.`)
}
