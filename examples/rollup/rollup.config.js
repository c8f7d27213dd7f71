// Rollup reads packages of node_modules, CommonJS and assets by plugins.
import commonjs from '@rollup/plugin-commonjs'
import resolve from '@rollup/plugin-node-resolve'
import { importMetaAssets } from '@web/rollup-plugin-import-meta-assets'

export default {
  input: 'src/page.js',
  output: { dir: 'dist', format: 'es' },
  plugins: [resolve({ browser: true }), commonjs(), importMetaAssets()],
}
