'use client'
import { useEffect, useState } from 'react'

export default function Page() {
  const [step, setStep] = useState()
  useEffect(() => {
    async function run() {
      const { train } = await import('../lib/train.js')
      for await (const next of train()) setStep(next)
    }
    run()
  }, [])
  return (
    <main data-done={step?.step === 20}>
      <h1>A projection, learned in this page</h1>
      <output>{step ? `step ${step.step}: loss ${step.loss.toFixed(4)}` : '…'}</output>
    </main>
  )
}
