/**
 * The layer check and its canary.
 *
 * The canary plants, in a copy that holds nothing else, one forbidden import for every folder of `layers.json` (a file
 * of a layer that it must not see, and a package that it must not use) and expects each of them to be reported.
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './run.mjs'

const FEWEST_MODULES = 50
const FOREIGN_PACKAGE = 'vitest'

export async function checkLayers() {
  const real = await cruise(root, ['src', 'workers'])
  if (real.code !== 0) return real
  if (real.modules < FEWEST_MODULES) return { ...real, code: 1, output: `Only ${real.modules} modules were looked at.` }
  const canary = await cruiseCanary()
  const seconds = real.seconds + canary.seconds
  if (canary.missed.length > 0) {
    return { code: 1, seconds, output: `Planted imports that the fence let through: ${canary.missed.join(', ')}` }
  }
  return { code: 0, seconds, output: '', note: `${real.modules} modules, ${canary.planted} planted imports caught` }
}

async function cruise(cwd, paths) {
  const config = join(cwd, '.dependency-cruiser.cjs')
  const result = await run('depcruise', ['--config', config, '--output-type', 'json', ...paths], { quiet: true, cwd })
  const start = result.output.indexOf('{')
  if (start < 0) return { ...result, code: 1, modules: 0, violations: [] }
  const { summary } = JSON.parse(result.output.slice(start, result.output.lastIndexOf('}') + 1))
  const errors = summary.violations.filter((violation) => violation.rule.severity === 'error')
  const output = errors.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).join('\n')
  return { ...result, code: errors.length === 0 ? 0 : 1, output, modules: summary.totalCruised, violations: errors }
}

async function cruiseCanary() {
  const { folders } = JSON.parse(await readFile(join(root, 'layers.json'), 'utf8'))
  const place = await mkdtemp(join(tmpdir(), 'quire-layers-'))
  try {
    await symlink(join(root, 'node_modules'), join(place, 'node_modules'))
    for (const file of ['.dependency-cruiser.cjs', 'layers.json', 'package.json']) {
      await writeFile(join(place, file), await readFile(join(root, file)))
    }
    await plant(place, 'src/errors.ts', `import './codec/planted.ts'\n`)
    await plant(place, 'workers/planted.ts', `import '../src/ui/planted.ts'\n`)
    for (const folder of Object.keys(folders)) {
      const forbidden = folder === 'ui' ? 'node' : 'ui'
      await plant(
        place,
        `src/${folder}/planted.ts`,
        `import '../${forbidden}/planted.ts'\nimport '${FOREIGN_PACKAGE}'\nimport 'node:fs'\n`,
      )
    }
    const { violations, seconds } = await cruise(place, ['src', 'workers'])
    const caught = new Set(violations.map((violation) => violation.rule.name))
    const expected = ['layer-errors', 'layer-workers', 'no-cycle', ...Object.entries(folders).flatMap(expectedOf)]
    return { seconds, planted: expected.length, missed: expected.filter((name) => !caught.has(name)) }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function expectedOf([folder, row]) {
  return [`layer-${folder}`, `npm-${folder}`, ...(row.node === true ? [] : [`builtin-${folder}`])]
}

async function plant(place, file, text) {
  await mkdir(join(place, file, '..'), { recursive: true })
  await writeFile(join(place, file), text)
}
