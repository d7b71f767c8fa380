import { rename, rm } from 'node:fs/promises';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnSource, Writer } from 'hyparquet-writer';
import { VERSION } from '../../../core/version.js';
import type { Done } from '../done.js';
import { AppendFile } from './append-file.js';
import type { Output } from './output.js';
import { HEADER_BYTES, VectorRows } from './vector-rows.js';
import type { Row } from './vector-rows.js';

/** A column beside the vectors: a key of what names the rows. */
export interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'INT64';
}

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Numbers of the vectors of a row group, which is in memory several times over when it is written. */
const GROUP_NUMBERS = 2 ** 20;

/**
 * A Parquet file with a column for each key that names the rows, and `vector`, a list of float32 (github.com/apache/parquet-format,
 * LogicalTypes.md). What it has of what is where stands at its end, so it cannot grow: until the run ends the rows are in files of
 * their own.
 */
export async function parquetFile(
  file: string,
  columns: readonly Column[],
  dimensions: number,
  done?: Done,
): Promise<Output> {
  const rows = await VectorRows.open(file, dimensions, done);
  return {
    vector: (named, vector) => rows.append(named, vector),
    finish: async () => {
      await rows.finish(Buffer.alloc(HEADER_BYTES));
      const made = `${file}.new`;
      await writeParquet(made, rows, columns, Math.max(1, Math.floor(GROUP_NUMBERS / dimensions)));
      await rename(made, file);
      for (const part of [rows.vectorsFile, rows.indexFile]) await rm(part);
    },
    leave: () => rows.leave(),
  };
}

async function writeParquet(
  file: string,
  rows: VectorRows,
  columns: readonly Column[],
  groupRows: number,
): Promise<void> {
  const output = await AppendFile.open(file);
  const writer = new ParquetWriter({
    writer: fileWriter(output),
    schema: schemaOf(columns),
    createdBy: `handspring ${VERSION}`,
  });
  const writeGroup = (group: readonly Row[]) =>
    writer.write({ columnData: columnData(group, columns), rowGroupSize: groupRows });
  let group: Row[] = [];
  for await (const row of rows.read()) {
    if (group.push(row) < groupRows) continue;
    await writeGroup(group);
    group = [];
  }
  if (group.length > 0) await writeGroup(group);
  await writer.finish();
  await output.finish();
}

/** Its bytes go to a file after each row group, and at the end. */
function fileWriter(file: AppendFile): Writer {
  const bytes = new ByteWriter();
  const flush = async () => {
    await file.append(bytes.getBytes());
    bytes.index = 0;
  };
  return Object.assign(bytes, { flush, finish: flush });
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: 'schema', num_children: columns.length + 1 },
    ...columns.map(({ name, type }): SchemaElement =>
      type === 'STRING'
        ? {
            name,
            type: 'BYTE_ARRAY',
            converted_type: 'UTF8',
            logical_type: { type: 'STRING' },
            repetition_type: 'REQUIRED',
          }
        : { name, type, repetition_type: 'REQUIRED' },
    ),
    {
      name: 'vector',
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
      repetition_type: 'REQUIRED',
      num_children: 1,
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  ];
}

function columnData(rows: readonly Row[], columns: readonly Column[]): ColumnSource[] {
  return [
    ...columns.map(({ name, type }) => ({
      name,
      data: rows.map(({ named }) => (type === 'INT64' ? BigInt(named[name] as number) : named[name])),
    })),
    {
      name: 'vector',
      data: rows.map(({ vector }) => Array.from(vector)),
      encoding: 'PLAIN',
      codec: 'UNCOMPRESSED',
      statistics: false,
    },
  ];
}
