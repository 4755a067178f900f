import type { Measure } from '../measure.ts'
import { lineMeasure } from './line.ts'
import { loneFarSource } from './lone-far-source.ts'

/** In the order in which they run. */
export const MEASURES: readonly Measure[] = [loneFarSource, lineMeasure]
