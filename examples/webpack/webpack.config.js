const path = folder => new URL(folder, import.meta.url).pathname

export default [
  {
    mode: 'production',
    entry: './src/page.js',
    output: { path: path('public'), filename: 'page.js' },
    performance: { hints: false },
  },
  {
    mode: 'production',
    target: 'node20',
    entry: './src/node.js',
    output: { path: path('dist-node'), filename: 'node.cjs' },
  },
]
