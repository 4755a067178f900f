import type { Lab } from '../lab.ts'

/** Something that happens to people in the laboratory, and how they fare. */
export interface Story {
  /** A sentence in the present tense. */
  readonly title: string
  /** Whether it is told in every run of the tests. */
  readonly isShort: boolean
  /** Programs beyond those of every run, with the Debian package of each. */
  readonly programs?: Readonly<Record<string, string>>
  /** Resolves with the figures that it measured; rejects where it does not end well. */
  readonly tell: (lab: Lab) => Promise<string>
}
