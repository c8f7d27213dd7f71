import { isChiaroGradient } from './define-gradient.ts'

/**
 * tfjs keeps its gradients in one Map for the whole process, whichever copies of its packages are loaded.
 * `@tensorflow/tfjs` and `@tensorflow/tfjs-layers` write all the stock ones into it when they are imported, so
 * that the last import would win. Registering a function of its own by `tf.registerGradient` looks just the
 * same as that from here; so whoever means to replace one of ours says so by `tf.unregisterGradient` first.
 */
function gradientRegistry(): Map<string, unknown> | undefined {
  const globals = (globalThis as { _tfGlobals?: unknown })._tfGlobals
  const registry = globals instanceof Map ? globals.get('gradRegistry') : undefined
  return registry instanceof Map ? registry : undefined
}

const guardMark = Symbol.for('chiaro.gradient-guard')

/** Makes our gradients outlast later imports of tfjs packages; true when it could. Repeating it does nothing. */
export function guardGradients(): boolean {
  const registry = gradientRegistry()
  if (registry === undefined) return false
  if (guardMark in registry) return true
  const set = registry.set
  Object.defineProperty(registry, 'set', {
    configurable: true,
    value(this: Map<string, unknown>, kernelName: string, config: unknown) {
      const held = this.get(kernelName)
      if (isChiaroGradient(held) && !isChiaroGradient(config)) return this
      return set.call(this, kernelName, config)
    },
  })
  Object.defineProperty(registry, guardMark, { value: true })
  return true
}
