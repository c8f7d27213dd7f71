import { ChiaroError } from '@chiaro/core'
import { expect, it } from 'vitest'
import { loadSharp } from './load-sharp.ts'

it('where sharp is not installed, says how to install it; then it is loaded', () => {
  const missing = () => {
    throw new Error("Cannot find module 'sharp'\nRequire stack:\n- here")
  }
  const error = (() => {
    try {
      return loadSharp(missing)
    } catch (error) {
      return error as ChiaroError
    }
  })()
  expect(error).toBeInstanceOf(ChiaroError)
  expect((error as ChiaroError).message).toMatch(
    /npm install sharp@\^0\.35\.5 \(Cannot find module 'sharp'\)$/,
  )
  expect(loadSharp().versions).toHaveProperty('vips')
})
