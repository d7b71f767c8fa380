import { expect } from 'chai';
import { readPage } from '../docs/pages.js';
import { nextCommands } from '../../weaviate/next-commands.js';

describe('how to go on beside a Weaviate', () => {
  it('is what README.md says, where it has its usual ports', () => {
    const readme = readPage('README.md').replaceAll('http://localhost:', 'http://127.0.0.1:');
    for (const command of nextCommands({ url: 'http://127.0.0.1:8080', grpcPort: 50051 })) {
      expect(readme).to.include(command);
    }
  });

  it('names the ports where it has others', () => {
    for (const command of nextCommands({ url: 'http://127.0.0.1:8090', grpcPort: 50061 })) {
      expect(command).to.include('--weaviate http://127.0.0.1:8090 --weaviate-grpc http://127.0.0.1:50061 ');
    }
  });
});
