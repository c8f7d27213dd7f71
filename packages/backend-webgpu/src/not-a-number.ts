/** By the bits: shaders may take comparisons of a number with itself for true. */
export const notANumber = `
  fn isNotANumber(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`
