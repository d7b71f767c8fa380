import { startDemoProcess } from './demo-process.js';
import { layOutSamples } from './sample-photos.js';
import { searchPageSuite } from './search-page.js';

searchPageSuite('the samples, with the starter model', async () => {
  const { folder, count, expected, remove } = await layOutSamples();
  const demo = await startDemoProcess(folder);
  return {
    ...expected,
    url: demo.url,
    stop: async () => {
      await demo.stop();
      await remove();
    },
    store: { kind: 'memory', count },
  };
});
