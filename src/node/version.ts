import packageJson from '../../package.json' with { type: 'json' }

/** The version of Quire that runs. */
export const VERSION: string = packageJson.version
