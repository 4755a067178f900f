import { defineConfig } from 'vite'

/** The elements for pages of other sites: one script that brings all it needs, under one name for good. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist/app',
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: 'src/sdk/elements/define.ts', formats: ['es'], fileName: () => 'elements.js' },
  },
})
