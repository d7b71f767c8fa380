import type { Request, RequestHandler, Response } from 'express';
import { Router } from 'express';
import { HandspringError } from '../../core/errors.js';
import type {
  AddAnswer,
  ErrorAnswer,
  InfoAnswer,
  ModelFacts,
  PhotoAnswer,
  PhotosAnswer,
  SearchAnswer,
} from '../../photos/index/answers.js';
import { FitLine } from '../../photos/index/fit-line.js';
import type { SearchResult, Store, StoredPhoto } from '../../photos/index/store.js';
import { toRefusalKind } from '../../photos/index/refusal-kind.js';
import type { Thumbnails } from '../../photos/index/thumbnails.js';
import { NATIVE_FAILURE } from '../contracts/failure-form.js';
import { requestContext } from '../request-context.js';
import { requireKnownHost, requireSameOrigin } from './same-site.js';
import { sendImages } from './search-images.js';
import { createNotFoundPage, createSearchPage } from './search-page.js';
import { parseQuery, parseSearchOptions, readImageBody, toImageBytes, toText } from './search-request.js';

export interface SearchRoutesOptions {
  readonly store: Store;
  /** Makes the images that the page shows; the caller closes it. */
  readonly thumbnails: Pick<Thumbnails, 'make'>;
  readonly model: ModelFacts;
  /** Whether the page may add photos to the store. Threat: whoever reaches the port writes files. */
  readonly allowAdding: boolean;
  /** Host names the page may be reached under, beside localhost and IP addresses. */
  readonly allowedHosts: readonly string[];
  /** The largest image taken, in bytes. */
  readonly maxImageBytes: number;
  /** Queries shown as worth trying. */
  readonly examples: readonly string[];
  /** The page's own files; by default those beside this program. */
  readonly pageFolder?: string;
}

/** The search page at `/` and its API under `/search/`; every error is thrown for the app's one error handler. */
export function createSearchRoutes(options: SearchRoutesOptions): Router {
  const { store, allowAdding, maxImageBytes } = options;
  const routes = Router();
  const fitLines = new Map<string, FitLine>();
  const readBody = readImageBody(maxImageBytes);
  const postGuards = [requireSameOrigin, allowAdding ? pass : refuseAdding];

  routes.use('/search', requireKnownHost(options.allowedHosts), neverStored, sayWhy);
  routes.get('/search/info', async (_req, res) => sendInfo(options, fitLines, res));
  routes.get('/search/photos', async (req, res) => {
    res.json((await store.list(parseSearchOptions(req, res))) satisfies PhotosAnswer);
  });
  routes.get('/search/photos/:id', async (req, res) => {
    const photo = await store.readPhoto(req.params.id, { signal: requestContext(res).signal });
    res.json({ photo } satisfies PhotoAnswer);
  });
  routes.get('/search/query', async (req, res) => {
    const query = parseQuery(req);
    const searchOptions = parseSearchOptions(req, res);
    const { countItems } = requestContext(res);
    await sendHits(res, () => countItems(1, () => store.searchByText(query, searchOptions)));
  });
  routes.get('/search/like/:id', async (req, res) => {
    const { id } = req.params;
    const searchOptions = parseSearchOptions(req, res);
    const like = await store.readPhoto(id, searchOptions);
    await sendHits(res, () => store.searchLike(id, searchOptions), like);
  });
  routes.post('/search/by-image', requireSameOrigin, readBody, async (req, res) => {
    const searchOptions = parseSearchOptions(req, res);
    const image = toImageBytes(req);
    const { countItems } = requestContext(res);
    await sendHits(res, () => countItems(1, () => store.searchByImage(image, searchOptions)));
  });
  routes.get('/search/images/:id', sendImages(store, options.thumbnails));
  routes.post('/search/images', ...postGuards, readBody, async (req, res) => addImage(store, req, res));
  return routes.use(createSearchPage(options.pageFolder), createNotFoundPage(options.pageFolder));
}

/** @param fitLines By kind; one that is missing is begun. */
async function sendInfo(
  options: SearchRoutesOptions,
  fitLines: Map<string, FitLine>,
  res: Response,
): Promise<void> {
  const { model, examples, maxImageBytes, allowAdding } = options;
  const store = await options.store.describe({ signal: requestContext(res).signal });
  const progress = options.store.progress();
  // Only a page asks for this: where nobody looks, nothing is measured.
  const fitsFrom: Record<string, number> = {};
  for (const { kind, count } of store.kinds) {
    const line = fitLines.get(kind) ?? new FitLine(options.store, { kind });
    fitLines.set(kind, line);
    void line.keepUp(count);
    if (line.level !== undefined) fitsFrom[kind] = line.level;
  }
  const adding = { allowed: allowAdding && store.canAdd };
  res.json({
    model,
    store,
    progress,
    adding,
    maxImageBytes,
    examples,
    fitsFrom,
  } satisfies InfoAnswer);
}

async function sendHits(
  res: Response,
  search: () => Promise<SearchResult>,
  like?: StoredPhoto,
): Promise<void> {
  const started = performance.now();
  const { truncated = false, ...found } = await search();
  const tookMs = performance.now() - started;
  res.json({
    ...found,
    tookMs,
    truncated,
    ...(like === undefined ? {} : { like }),
  } satisfies SearchAnswer);
}

async function addImage(store: Store, req: Request, res: Response): Promise<void> {
  const name = toText(req, 'name') ?? '';
  const image = { name, bytes: toImageBytes(req) };
  const { signal, countItems } = requestContext(res);
  const added = await countItems(1, () => store.addImage(image, { signal }));
  res.status(added.outcome === 'added' ? 201 : 200).json(added satisfies AddAnswer);
}

const pass: RequestHandler = (_req, _res, next) => next();

const refuseAdding: RequestHandler = () => {
  throw new HandspringError(
    'method_not_allowed',
    'photos: expected searches only, adding is switched off here',
  );
};

/** Errors about an image say in a word why, from which the page makes words for people. */
const sayWhy: RequestHandler = (_req, res, next) => {
  const render = (error: HandspringError) => {
    const { message, code } = error;
    return { error: message, code, ...toRefusalKind(error) } satisfies ErrorAnswer;
  };
  requestContext(res).failureForm = { ...NATIVE_FAILURE, render };
  next();
};

const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
