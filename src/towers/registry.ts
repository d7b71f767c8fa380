import type { AudioTowerSettings } from './audio/tower.js';
import { audioKind } from './audio/tower.js';
import type { ImageTowerSettings } from './image/tower.js';
import { depthKind, imageKind, thermalKind } from './image/tower.js';
import type { ImuTowerSettings } from './imu/tower.js';
import { imuKind } from './imu/tower.js';
import type { TowerKind } from './kind.js';
import type { TextTowerSettings } from './text/tower.js';
import { textKind } from './text/tower.js';
import type { VideoTowerSettings } from './video/tower.js';
import { videoKind } from './video/tower.js';

/** What the user sets of towers of any kind. */
export interface TowerSettings
  extends ImageTowerSettings, TextTowerSettings, AudioTowerSettings, VideoTowerSettings, ImuTowerSettings {}

/** Every modality that there is. To add one is to write its room and to name it here. */
export const TOWER_KINDS: readonly TowerKind<TowerSettings>[] = [
  imageKind,
  textKind,
  audioKind,
  videoKind,
  depthKind,
  thermalKind,
  imuKind,
];
