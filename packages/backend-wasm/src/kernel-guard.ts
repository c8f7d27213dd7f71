/** Marks a kernel as Chiaro's; by a global symbol, so that two copies of this package know each other's. */
const brand = Symbol.for('chiaro.kernel')

/** The same kernel, known as ours. */
export function branded<T extends object>(config: T): T {
  return Object.assign(config, { [brand]: true })
}

/** Whether a registered kernel is one of ours. */
export function isChiaroKernel(config: unknown): boolean {
  return typeof config === 'object' && config !== null && brand in config
}

/**
 * tfjs keeps its kernels in one Map for the whole process, whichever copies of its packages are loaded. A second
 * copy of tfjs's wasm backend would write the stock ones over ours; whoever means to replace one of ours says so
 * by `tf.unregisterKernel` first.
 */
function kernelRegistry(): Map<string, unknown> | undefined {
  const globals = (globalThis as { _tfGlobals?: unknown })._tfGlobals
  const registry = globals instanceof Map ? globals.get('kernelRegistry') : undefined
  return registry instanceof Map ? registry : undefined
}

const guardMark = Symbol.for('chiaro.kernel-guard')

/** Makes our kernels outlast later imports of tfjs packages; true when it could. Repeating it does nothing. */
export function guardKernels(): boolean {
  const registry = kernelRegistry()
  if (registry === undefined) return false
  if (guardMark in registry) return true
  const set = registry.set
  Object.defineProperty(registry, 'set', {
    configurable: true,
    value(this: Map<string, unknown>, key: string, config: unknown) {
      if (isChiaroKernel(this.get(key)) && !isChiaroKernel(config)) return this
      return set.call(this, key, config)
    },
  })
  Object.defineProperty(registry, guardMark, { value: true })
  return true
}
