/** The byte vectors of community history: computed from the published rules with another implementation of the hashes. */
import vectors from '../vectors/community-history.json' with { type: 'json' }

export { vectors }
