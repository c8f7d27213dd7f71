/** Vite turns these imports into the address of a file in the build. */
declare module '*.wasm?url' {
  const address: string
  export default address
}

/** … and these into its text. */
declare module '*.json?raw' {
  const text: string
  export default text
}

declare module '*.md?raw' {
  const text: string
  export default text
}
