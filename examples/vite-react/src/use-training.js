import { useEffect, useState } from 'react'
import { train } from './train.js'

/** The step that training is at; it begins when the component is shown, and ends with it. */
export function useTraining() {
  const [step, setStep] = useState()
  useEffect(() => {
    let shown = true
    async function run() {
      for await (const next of train()) {
        if (!shown) return
        setStep(next)
      }
    }
    run()
    return () => {
      shown = false
    }
  }, [])
  return step
}
