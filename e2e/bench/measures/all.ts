import type { Measure } from '../measure.ts'
import { askers } from './askers.ts'
import { blockCost } from './block-cost.ts'
import { busyPage } from './busy-page.ts'
import { distanceGrid } from './distance-grid.ts'
import { fourFarSources } from './four-far-sources.ts'
import { handOver, killedHandOver } from './hand-over.ts'
import { historyMeasure } from './history.ts'
import { lineMeasure } from './line.ts'
import { loneFarSource } from './lone-far-source.ts'
import { longestTask } from './longest-task.ts'
import { manySources } from './many-sources.ts'
import { memory } from './memory.ts'
import { nearDownload } from './near-download.ts'
import { reads } from './reads.ts'
import { simulatedSwarm } from './simulated-swarm.ts'
import { swarmOfEight } from './swarm-of-eight.ts'
import { uploadMeasure } from './upload.ts'
import { video } from './video.ts'

/** In the order in which they run. */
export const MEASURES: readonly Measure[] = [
  nearDownload,
  manySources,
  loneFarSource,
  fourFarSources,
  uploadMeasure,
  reads,
  busyPage,
  longestTask,
  handOver,
  killedHandOver,
  video,
  swarmOfEight,
  askers,
  memory,
  simulatedSwarm,
  historyMeasure,
  distanceGrid,
  blockCost,
  lineMeasure,
]
