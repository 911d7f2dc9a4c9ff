/**
 * A storyboard's JSON, which lies beside its WebVTT. Its sheets are named relative to itself; players want whole
 * addresses. Throws an Error that names the address.
 */
export async function readStoryboard(vttAddress) {
  const address = new URL(vttAddress);
  address.pathname = address.pathname.replace(/\.vtt$/, ".json");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.href} is not there: ${response.status} ${response.statusText}`);
  const storyboard = await response.json();
  const whole = ({ url, ...rest }) => (url === undefined ? rest : { ...rest, url: new URL(url, address).href });
  return { ...whole(storyboard), tiles: storyboard.tiles.map(whole) };
}

/** The sheet that a tile is on: its own, or the one of all. */
export function sheetOf(storyboard, tile) {
  return tile.url ?? storyboard.url;
}
