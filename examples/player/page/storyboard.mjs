/**
 * A storyboard's JSON, which lies beside its WebVTT: `tiles`, each with its start in seconds, its place, and the whole
 * address of its sheet as `url`, which the JSON names relative to itself. Throws an Error that names the address.
 */
export async function readStoryboard(vttAddress) {
  const address = new URL(vttAddress);
  address.pathname = address.pathname.replace(/\.vtt$/, ".json");
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`${address.href} is not there: ${response.status} ${response.statusText}`);
  const { url, tiles, ...rest } = await response.json();
  return { ...rest, tiles: tiles.map((tile) => ({ ...tile, url: new URL(tile.url ?? url, address).href })) };
}

/** The addresses of a storyboard's sheets, in order. */
export function sheetsOf({ tiles }) {
  return [...new Set(tiles.map(({ url }) => url))];
}
