import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEPLOY } from '../support/deploy-tools.js';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(path.join(DEPLOY, 'grafana', 'handspring.json'), 'utf8')) as Dashboard;
}

/** Every query of the dashboard with the panel it is for. */
export function queriesOf(dashboard: Dashboard): { panel: Panel; expr: string }[] {
  return dashboard.panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => ({ panel, expr })));
}
