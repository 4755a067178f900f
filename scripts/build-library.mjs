/**
 * Builds the library into dist/sdk, a folder that can be published as it is.
 *
 *   src/sdk/quire.browser.ts ─▶ quire.js          workers/library.worker.ts ─▶ worker.js      whole: no bundler of a
 *   src/sdk/quire.node.ts ────▶ node.js (+chunks)  workers/port-broker.ts ──▶ port-broker.js   user needs a setting for them
 *   src/sdk/elements/define.ts ▶ elements.js
 *   tsc ─▶ types/…            package.json of the project ─▶ package.json (exports, no dependencies: all is bundled but lmdb)
 */
import { copyFile, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { revision } from './revision.mjs'
import { root, run } from './run.mjs'

const OUT = join(root, 'dist', 'sdk')
/** Native code, and only for a folder under Node: whoever wants that installs it. */
const OPTIONAL = ['lmdb']
/** As the sources name them, and as the package does. */
const WORKERS = new Map([
  ['library.worker.ts', 'worker.js'],
  ['port-broker.ts', 'port-broker.js'],
])

export async function buildLibrary({ quiet = true } = {}) {
  await rm(OUT, { recursive: true, force: true })
  const define = { QUIRE_REVISION: JSON.stringify(await revision()) }
  const common = { root, configFile: false, publicDir: false, logLevel: quiet ? 'error' : 'warn', define }
  const whole = (input, file) =>
    build({ ...common, build: bundle({ input, output: { entryFileNames: file, codeSplitting: false } }) })
  await whole('workers/library.worker.ts', 'worker.js')
  await whole('workers/port-broker.ts', 'port-broker.js')
  await build({
    ...common,
    plugins: [workersBeside()],
    build: bundle({ input: 'src/sdk/quire.browser.ts', output: { entryFileNames: 'quire.js' }, isLibrary: true }),
  })
  await build({
    ...common,
    build: bundle({ input: 'src/sdk/elements/define.ts', output: { entryFileNames: 'elements.js' }, isLibrary: true }),
  })
  await build({
    ...common,
    ssr: { noExternal: true, external: OPTIONAL },
    build: {
      ...bundle({ input: 'src/sdk/quire.node.ts', output: nodeOutput, isLibrary: true }),
      ssr: true,
      target: 'node20',
    },
  })
  await buildTypes(quiet)
  await writePackage()
}

const nodeOutput = { entryFileNames: 'node.js', chunkFileNames: 'node/[name]-[hash].js' }

function bundle({ input, output, isLibrary = false }) {
  return {
    outDir: OUT,
    emptyOutDir: false,
    target: 'es2022',
    // Of a worker it would be four times the worker, and nobody steps through one that is small as it comes.
    sourcemap: isLibrary,
    // Whoever bundles it makes it small; workers are taken as they are.
    minify: !isLibrary,
    modulePreload: false,
    // Its warning is for pages, which load everything at once.
    chunkSizeWarningLimit: 4_000,
    rolldownOptions: {
      input,
      external: OPTIONAL,
      ...(isLibrary ? { preserveEntrySignatures: 'strict' } : {}),
      output: { format: 'es', ...output },
    },
  }
}

/**
 * Leaves `new Worker(new URL('./worker.js', import.meta.url), …)` in the bundle, which is what the bundlers of users look for;
 * Vite’s own would put the workers elsewhere, and their address into a form that only Vite’s output has.
 */
function workersBeside() {
  return {
    name: 'quire-workers-beside',
    enforce: 'pre',
    transform(code) {
      const named = code.replaceAll(
        /new URL\(\s*'[./]*workers\/([\w.-]+)',\s*import\.meta\.url\s*\)/g,
        (_, file) => `QUIRE_URL_OF('${WORKERS.get(file)}')`,
      )
      return named === code ? null : { code: named, map: null }
    },
    generateBundle(_, files) {
      for (const chunk of Object.values(files)) {
        if (chunk.type !== 'chunk') continue
        chunk.code = chunk.code.replaceAll(
          /QUIRE_URL_OF\(["'`]([\w.-]+)["'`]\)/g,
          (_, file) => `new URL('./${file}', import.meta.url)`,
        )
      }
    },
  }
}

async function buildTypes(quiet) {
  const { code, output } = await run('tsc', ['-p', 'tsconfig.library.json'], { quiet: true })
  if (code !== 0) throw new Error(`The library’s types could not be made.\n${output}`)
  if (!quiet && output !== '') process.stdout.write(output)
  const types = join(OUT, 'types')
  for (const file of await readdir(types, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(types, file)
    // TypeScript of users takes “.ts” in an import only where a setting allows it.
    const text = (await readFile(path, 'utf8')).replaceAll(/(['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2')
    await writeFile(path, text)
  }
}

async function writePackage() {
  const { name, version, description, license, exports, engines, dependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    exports: JSON.parse(JSON.stringify(exports).replaceAll('./dist/sdk/', './')),
    types: './types/sdk/quire.browser.d.ts',
    // Workers are entries of their own; nothing else does anything when it is imported, but for Node’s polyfill.
    sideEffects: ['./worker.js', './port-broker.js', './elements.js', './node.js', './node/*.js'],
    files: ['*.js', '*.js.map', 'node', 'types'],
    engines,
    peerDependencies: Object.fromEntries(OPTIONAL.map((each) => [each, dependencies[each]])),
    peerDependenciesMeta: Object.fromEntries(OPTIONAL.map((each) => [each, { optional: true }])),
  }
  await writeFile(join(OUT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await copyFile(join(root, 'LICENSE'), join(OUT, 'LICENSE'))
  await copyFile(join(root, 'docs', 'LIBRARY.md'), join(OUT, 'README.md'))
}

if (process.argv[1] === join(root, 'scripts', 'build-library.mjs')) await buildLibrary({ quiet: false })
