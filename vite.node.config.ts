/** The Node program: keeper and command line in one file, packages left outside (they are installed). */
import { defineConfig } from 'vite'

export default defineConfig({
  define: { QUIRE_REVISION: JSON.stringify(process.env['QUIRE_REVISION'] ?? 'unknown') },
  publicDir: false,
  build: {
    ssr: 'src/cli/main.ts',
    outDir: 'dist/node',
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'cli.js' } },
  },
})
