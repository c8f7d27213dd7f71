/** `vite build` makes the page, `vite build --ssr src/node.js` the script for Node, with Chiaro inside it. */
export default {
  build: { target: 'es2022' },
  ssr: { noExternal: [/^@chiaro/] },
}
