// The files of a zip whose files are stored as they are, as stems.zip is.
export interface Stored {
    name: string;
    bytes: Uint8Array<ArrayBuffer>;
}

const END_MARK = 0x06054b50, LISTED_MARK = 0x02014b50, END_BYTES = 22;

export function read_zip(bytes: Uint8Array<ArrayBuffer>): Stored[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), found: Stored[] = [];
    const end = bytes.length - END_BYTES;
    if (end < 0 || view.getUint32(end, true) !== END_MARK) throw new Error('no zip');
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0 && view.getUint32(at, true) === LISTED_MARK; left--) {
        const size = view.getUint32(at + 20, true), name = view.getUint16(at + 28, true), more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
        const local = view.getUint32(at + 42, true), from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
        found.push({ name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), bytes: bytes.subarray(from, from + size) });
        at += 46 + name + more;
    }
    return found;
}
