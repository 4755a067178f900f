import packageJson from '../../package.json' with { type: 'json' }

/** Put in by the builds (scripts/revision.mjs); in tests and in the development server there is none. */
declare const QUIRE_REVISION: string | undefined

/** The version of Quire that runs. */
export const VERSION: string = packageJson.version

/** The commit that it was built from, with “-dirty” where files were changed since; “unknown” where no build said. */
export const REVISION: string = typeof QUIRE_REVISION === 'string' ? QUIRE_REVISION : 'unknown'
