/** What a bench has measured: the figures of the shape that is best on these cores, and the table of all shapes. */
export interface Measured {
  /** The command that wrote this. */
  readonly command: string;
  readonly model: string;
  readonly machine: string;
  readonly cores: number;
  /** Of the machine before the bench: anything much above 0 says that it was busy with something else. */
  readonly loadAverage: number;
  readonly photos: string;
  /** Cores of a replica in the best shape. */
  readonly coresPerReplica: number;
  readonly imagesPerSecondPerCore: number;
  readonly textsPerSecondPerCore: number;
  /** Mean time of one text when nothing else runs. */
  readonly textAloneMs: number;
  /** 95th percentile of one text at a time while images are imported as fast as they go: what it waits for them is in it. */
  readonly textP95DuringImportMs: number;
  readonly memoryMiBPerReplica: number;
  readonly variants: readonly Variant[];
}

/** One row of the table of replicas × threads; medians over the rounds, with every round's value beside. */
export interface Variant {
  readonly replicas: number;
  readonly threads: number;
  readonly imagesPerSecond: number;
  readonly textsPerSecond: number;
  /** 95th percentile of one image, 16 under way; and of one text at a time while images are imported. */
  readonly imageP95Ms: number;
  readonly textP95DuringImportMs: number;
  readonly memoryMiB: number;
  readonly rawImagesPerSecond: readonly number[];
  readonly rawTextsPerSecond: readonly number[];
}

/** What cannot be measured here: to be set by whoever plans. */
export interface Assumed {
  /** How much of a core is planned to be used: the rest is for peaks. */
  readonly usableShare: number;
  /** Replicas that may be gone without harm, of each kind. */
  readonly spareReplicas: number;
  readonly hoursPerMonth: number;
  readonly pricePerCoreHour: number;
  readonly pricePerGiBHour: number;
}

export interface Target {
  readonly name: string;
  readonly photosPerDay: number;
  /** The hours of a day in which they come. */
  readonly importHours: number;
  readonly queriesPerSecond: number;
  readonly p95Ms: number;
}

export interface Plan {
  readonly photosPerSecond: number;
  readonly imageCores: number;
  readonly textCores: number;
  /** Whether queries need replicas of their own, as one that imports cannot answer within the target. */
  readonly apart: boolean;
  /** Queries per second that one replica answers within the target. */
  readonly queriesPerReplica: number;
  /** Replicas of each kind, those to spare among them; all are `mixed` or none is. */
  readonly replicas: { readonly mixed: number; readonly photos: number; readonly queries: number };
  readonly costPerMonth: number;
}

/** P(T > t) of a queue with one server is e^(−t (1 − ρ) / s); 0.05 of them are later than t = s · ln 20 / (1 − ρ). */
export const LN_20 = Math.log(20);

/**
 * Cores, replicas and cost for a target. Throughput decides the cores; the 95th percentile decides how full a replica's
 * text tower may be: taken as a queue with one server, random arrivals and random service times (M/M/1), which is more
 * careful than the tower is, as it takes waiting texts together. What queries wait for an import is measured; where
 * that alone is too long, they get replicas of their own.
 * @throws RangeError if no number of replicas reaches the percentile.
 */
export function planCapacity(target: Target, measured: Measured, assumed: Assumed): Plan {
  if (!isReachable(target, measured)) {
    throw new RangeError(
      `${target.name}: expected a p95 above ${Math.ceil(leastP95Ms(measured))} ms, received ${target.p95Ms} ms`,
    );
  }
  const photosPerSecond = target.photosPerDay / (target.importHours * 3600);
  const imageCores = photosPerSecond / measured.imagesPerSecondPerCore / assumed.usableShare;
  const textCores = target.queriesPerSecond / measured.textsPerSecondPerCore / assumed.usableShare;
  const apart = needsOwnReplicas(target, measured);
  const queriesPerReplica = queriesWithin(target, measured, apart);
  const forQueries = target.queriesPerSecond / queriesPerReplica;
  const count = (...needs: number[]) => Math.max(1, ...needs.map(Math.ceil)) + assumed.spareReplicas;
  const replicas = apart
    ? {
        mixed: 0,
        photos: count(imageCores / measured.coresPerReplica),
        queries: count(textCores / measured.coresPerReplica, forQueries),
      }
    : {
        mixed: count((imageCores + textCores) / measured.coresPerReplica, forQueries),
        photos: 0,
        queries: 0,
      };
  const { pricePerCoreHour, pricePerGiBHour, hoursPerMonth } = assumed;
  const replicaHour =
    measured.coresPerReplica * pricePerCoreHour + (measured.memoryMiBPerReplica / 1024) * pricePerGiBHour;
  const all = replicas.mixed + replicas.photos + replicas.queries;
  return {
    photosPerSecond,
    imageCores,
    textCores,
    apart,
    queriesPerReplica,
    replicas,
    costPerMonth: all * replicaHour * hoursPerMonth,
  };
}

/** What the 95th percentile comes to when hardly anybody asks and nothing is imported; more replicas do not lower it. */
export function leastP95Ms({ textAloneMs }: Measured): number {
  return textAloneMs * LN_20;
}

export function isReachable(target: Target, measured: Measured): boolean {
  return target.p95Ms > leastP95Ms(measured);
}

function needsOwnReplicas({ photosPerDay, p95Ms }: Target, measured: Measured): boolean {
  return photosPerDay > 0 && p95Ms <= measured.textP95DuringImportMs;
}

/** What a query's 95th percentile starts from: that beside an import, or that of an empty queue. */
export function baseMs({ photosPerDay }: Target, measured: Measured, apart: boolean): number {
  return photosPerDay > 0 && !apart ? measured.textP95DuringImportMs : leastP95Ms(measured);
}

/** From p95 = base + s · ln 20 · ρ / (1 − ρ): the queries a second, ρ / s, that keep one replica within the target. */
function queriesWithin(target: Target, measured: Measured, apart: boolean): number {
  const room = (target.p95Ms - baseMs(target, measured, apart)) / leastP95Ms(measured);
  return ((room / (1 + room)) * 1000) / measured.textAloneMs;
}
