import { join } from 'node:path'
import { build } from 'vite'

/** The project’s own pages; every other name is a rival’s. */
const OWN: readonly string[] = ['raw', 'libp2p', 'quire', 'tabs']

/** Builds the project’s own pages as the app is built, and those of the named rivals with their packages: `<name>.js` each. */
export async function buildPages(benchDir: string, outDir: string, rivals: readonly string[]): Promise<void> {
  const programOf = (name: string): string =>
    join(benchDir, OWN.includes(name) ? 'pages' : join('rivals', name), `${name}-page.ts`)
  await build({
    root: benchDir,
    base: '/',
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 10_000,
      rollupOptions: {
        input: Object.fromEntries([...OWN, ...rivals].map((name) => [name, programOf(name)])),
        output: { entryFileNames: '[name].js' },
      },
    },
  })
}
