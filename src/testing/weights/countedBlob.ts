/** A file that counts what is read of it: a reader must not take more than it was asked for. */

/** Bytes read of every CountedBlob since they were last set to zero. */
export const readCount = { bytes: 0 };

export class CountedBlob extends Blob {
  readonly #content: Uint8Array<ArrayBuffer>;

  constructor(content: Uint8Array<ArrayBuffer>) {
    super([content]);
    this.#content = content;
  }

  override slice(start = 0, end = this.size): Blob {
    return new CountedBlob(this.#content.slice(start, end));
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    readCount.bytes += this.size;
    return this.#content.slice().buffer;
  }
}
