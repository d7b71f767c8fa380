/** What a bench has measured of one service, on every core it could use. */
export interface Measured {
  /** The command that wrote this. */
  readonly command: string;
  readonly model: string;
  readonly machine: string;
  readonly cores: number;
  /** Of the machine before the bench: anything much above 0 says that it was busy with something else. */
  readonly loadAverage: number;
  readonly photos: string;
  readonly imagesPerSecondPerCore: number;
  readonly textsPerSecondPerCore: number;
  /** Mean time of one text when nothing else runs, and while images are imported. */
  readonly textAloneMs: number;
  readonly textDuringImportMs: number;
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
  readonly coresPerReplica: number;
  /** Replicas that may be gone without harm. */
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
  readonly cores: number;
  readonly replicasForCores: number;
  /** Queries per second that one replica answers within the target. */
  readonly queriesPerReplica: number;
  readonly replicasForQueries: number;
  readonly replicas: number;
  readonly costPerMonth: number;
}

/** P(T > t) of a queue with one server is e^(−t (1 − ρ) / s); 0.05 of them are later than t = s · ln 20 / (1 − ρ). */
export const LN_20 = Math.log(20);

/**
 * Cores, replicas and cost for a target. Throughput decides the cores; the 95th percentile decides how full a replica's
 * text tower may be: taken as a queue with one server, random arrivals and random service times (M/M/1), which is more
 * careful than the tower is, as it takes waiting texts together.
 * @throws RangeError if no number of replicas reaches the percentile.
 */
export function planCapacity(target: Target, measured: Measured, assumed: Assumed): Plan {
  const photosPerSecond = target.photosPerDay / (target.importHours * 3600);
  const imageCores = photosPerSecond / measured.imagesPerSecondPerCore / assumed.usableShare;
  const textCores = target.queriesPerSecond / measured.textsPerSecondPerCore / assumed.usableShare;
  const cores = imageCores + textCores;
  const replicasForCores = Math.ceil(cores / assumed.coresPerReplica);

  const leastMs = leastP95Ms(target, measured);
  if (target.p95Ms <= leastMs) {
    throw new RangeError(
      `${target.name}: expected a p95 above ${Math.ceil(leastMs)} ms, received ${target.p95Ms} ms`,
    );
  }
  const fullest = 1 - leastMs / target.p95Ms;
  const queriesPerReplica = (fullest * 1000) / textTimeMs(target, measured);
  const replicasForQueries = Math.ceil(target.queriesPerSecond / queriesPerReplica);

  const replicas = Math.max(1, replicasForCores, replicasForQueries) + assumed.spareReplicas;
  const { coresPerReplica, pricePerCoreHour, pricePerGiBHour, hoursPerMonth } = assumed;
  const replicaHour =
    coresPerReplica * pricePerCoreHour + (measured.memoryMiBPerReplica / 1024) * pricePerGiBHour;
  return {
    photosPerSecond,
    imageCores,
    textCores,
    cores,
    replicasForCores,
    queriesPerReplica,
    replicasForQueries,
    replicas,
    costPerMonth: replicas * replicaHour * hoursPerMonth,
  };
}

/** What the 95th percentile comes to when hardly anybody asks; more replicas do not lower it. */
export function leastP95Ms(target: Target, measured: Measured): number {
  return textTimeMs(target, measured) * LN_20;
}

/** The time of a text that a target's queries meet: with photos to import, the time beside an import, which goes as fast as it can. */
export function textTimeMs({ photosPerDay }: Target, measured: Measured): number {
  return photosPerDay > 0 ? measured.textDuringImportMs : measured.textAloneMs;
}
