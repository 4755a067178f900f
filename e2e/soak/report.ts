import type { SoakResult } from './soak.ts'

/** What was done, what was compared, memory at the beginning and at the end; after a failure, how to repeat it. */
export function reportOf(result: SoakResult): string {
  const { seed, minutes, actions, compared, comparedAtEnd, samples, growth, dropped, failure } = result
  const done = Object.entries(actions).sort(([, a], [, b]) => b - a)
  const lines = [
    `Soak of ${minutes} minutes, seed ${seed}.`,
    '',
    '| action | times |',
    '| :-- | --: |',
    ...done.map(([name, count]) => `| ${name} | ${count} |`),
    '',
    `Compared by SHA-256 with their sources: ${compared} at ${samples.length} quiet points, ${comparedAtEnd} at the end.`,
    ...Object.entries(dropped).map(([reason, count]) => `Dropped peers: ${count}, ${reason}`),
    '',
    '| at rest | first quarter | last quarter | may grow by | |',
    '| :-- | --: | --: | --: | :-- |',
    ...growth.map(({ title, unit, first, last, allowed, hasGrown }) => {
      const cells = [first.toFixed(1), last.toFixed(1), String(allowed)].map((cell) => `${cell} ${unit}`.trim())
      return `| ${title} | ${cells.join(' | ')} | ${hasGrown ? 'GREW' : 'ok'} |`
    }),
    '',
  ]
  if (failure !== undefined) {
    lines.push(`FAILED: ${failure}`, '', 'What was done last:', ...result.lastActions, '')
    lines.push('What the pages showed:', ...result.pages, '')
  }
  const isGood = failure === undefined && growth.every(({ hasGrown }) => !hasGrown)
  lines.push(
    isGood ? 'Everything is equal, and nothing grew.' : `Repeat it with --minutes ${minutes} --seed ${seed}.`,
    '',
  )
  return lines.join('\n')
}
