import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const OWN = ['raw', 'libp2p', 'quire']

/** Builds the project’s own pages as the app is built, and those of the named rivals with their own packages. */
export async function buildPages(benchDir: string, outDir: string, rivals: readonly string[]): Promise<void> {
  await buildInto(benchDir, outDir, { inputs: OWN.map((name) => join(benchDir, 'pages', `${name}.html`)) })
  for (const name of rivals) {
    const folder = join(benchDir, 'rivals', name)
    if (!existsSync(join(folder, 'index.html'))) continue
    const configFile = join(folder, 'vite.config.ts')
    await buildInto(benchDir, outDir, {
      inputs: [join(folder, 'index.html')],
      configFile: existsSync(configFile) ? configFile : undefined,
      isAdded: true,
    })
  }
}

interface BuildInit {
  readonly inputs: string[]
  readonly configFile?: string | undefined
  /** Keeps what was built before. */
  readonly isAdded?: boolean
}

async function buildInto(
  root: string,
  outDir: string,
  { inputs, configFile, isAdded = false }: BuildInit,
): Promise<void> {
  await build({
    root,
    base: '/',
    configFile: configFile ?? false,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: !isAdded,
      target: 'es2022',
      chunkSizeWarningLimit: 10_000,
      rollupOptions: { input: inputs },
    },
  })
}
