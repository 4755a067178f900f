/** Compiles the TypeScript of `e2e/` for what is started from here. */
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { root } from './run.mjs'

/** One build with no configuration but `options`, quiet unless something is wrong. */
export async function compile(options) {
  await build({ root, configFile: false, publicDir: false, logLevel: 'warn', build: options })
}

/**
 * Compiles programs for Node, each into `<name>.mjs` of one folder, so that one that is forked lies beside its parent;
 * resolves with the folder, which goes with this process. Packages stay outside.
 */
export async function compilePrograms(name, paths) {
  // Of this run alone, as two may run at once; as deep below the root as `e2e/fixtures`, which looks for dist/ from there.
  const outDir = join(root, '.cache', `${name}-${process.pid}`)
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await compile({
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: {
      input: paths.map((path) => join(root, path)),
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  })
  return outDir
}

/** What a TypeScript module exports. */
export async function importTypescript(path) {
  const name = basename(path, '.ts')
  const outDir = await compilePrograms(name, [path])
  return import(join(outDir, `${name}.mjs`))
}
