/** Linear light of BT.709's primaries in those of BT.2020 (ITU-R BT.2087, 2.4). */
export function bt2020Light([r = 0, g = 0, b = 0]: readonly number[]): number[] {
  return [
    0.6274 * r + 0.3293 * g + 0.0433 * b,
    0.0691 * r + 0.9195 * g + 0.0114 * b,
    0.0164 * r + 0.088 * g + 0.8956 * b,
  ];
}

/** The signal of light in cd/m²: SMPTE ST 2084, equation 5.2. */
export function pqSignal(light: readonly number[]): number[] {
  return light.map((nits) => {
    const y = (nits / 10_000) ** 0.1593017578125;
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375;
  });
}

/** The signal of light in cd/m² on a display of 1000 cd/m²: ITU-R BT.2100, table 5. */
export function hlgSignal(light: readonly number[]): number[] {
  const [r = 0, g = 0, b = 0] = light.map((nits) => nits / 1000);
  const luminance = 0.2627 * r + 0.678 * g + 0.0593 * b;
  return [r, g, b].map((shown) => {
    const e = shown * luminance ** (1 / 1.2 - 1);
    return e <= 1 / 12 ? Math.sqrt(3 * e) : 0.17883277 * Math.log(12 * e - 0.28466892) + 0.55991073;
  });
}
