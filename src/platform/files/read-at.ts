/** ReadAt: how those who look into a file get at its parts, wherever it lies. */

/** Reads a part of a file; shorter than asked where the file ends. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;
