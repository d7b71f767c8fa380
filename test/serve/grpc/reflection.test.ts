import { Metadata } from '@grpc/grpc-js';
import { expect } from 'chai';
import descriptor from 'protobufjs/ext/descriptor.js';
import { startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';

const SERVICES = [
  'handspring.v1.Embeddings',
  'embeddings_proto.Embeddings',
  'tei.v1.Embed',
  'tei.v1.Info',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];

interface Answer {
  readonly messageResponse: string;
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly errorResponse?: { readonly errorCode: number };
}

for (const version of ['v1', 'v1alpha']) {
  describe(`gRPC reflection ${version}`, () => {
    let grpc: TestGrpc;
    before(async () => (grpc = await startTestGrpc()));
    after(() => grpc.close());

    function ask(request: object): Promise<Answer> {
      const path = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      const { requestSerialize, responseDeserialize } = grpc.client.method(path);
      const call = grpc.client.makeBidiStreamRequest(
        `/${path}`,
        requestSerialize,
        responseDeserialize,
        new Metadata(),
      );
      call.write(request);
      return new Promise((resolve) =>
        call.once('data', (answer: Answer) => {
          call.end();
          resolve(answer);
        }),
      );
    }

    const fileOf = ({ fileDescriptorResponse: files }: Answer) =>
      descriptor.FileDescriptorProto.decode(files?.fileDescriptorProto[0] ?? Buffer.alloc(0)) as unknown as {
        name: string;
        package: string;
        dependency: string[];
        messageType: { name: string }[];
        service: { name: string; method: { name: string; inputType: string }[] }[];
      };

    it('lists the services', async () => {
      const { listServicesResponse: list } = await ask({ listServices: '' });
      expect(list?.service.map(({ name }) => name)).to.deep.equal(SERVICES);
    });

    for (const service of SERVICES) {
      it(`describes ${service}, by its name, a method's and its file's`, async () => {
        const file = fileOf(await ask({ fileContainingSymbol: service }));
        const described = file.service.find(({ name }) => service === `${file.package}.${name}`);
        expect(described?.method).to.not.be.empty;
        const method = `${service}.${described?.method[0]?.name}`;
        expect(fileOf(await ask({ fileContainingSymbol: method })).name).to.equal(file.name);
        expect(fileOf(await ask({ fileByFilename: file.name })).package).to.equal(file.package);
      });
    }

    it('describes messages of another package in the file that the service names', async () => {
      const file = fileOf(await ask({ fileContainingSymbol: 'embeddings_proto.Embeddings' }));
      expect(file.service[0]?.method[0]?.inputType).to.equal('.tensor_proto.TensorProto');
      expect(file.dependency).to.have.length(1);
      const needed = fileOf(await ask({ fileByFilename: file.dependency[0] }));
      expect(needed.package).to.equal('tensor_proto');
      expect(needed.messageType.map(({ name }) => name)).to.deep.equal(['TensorProto']);
    });

    it('says of what it does not have that there is none', async () => {
      for (const request of [
        { fileContainingSymbol: 'other' },
        { fileByFilename: 'other.proto' },
        { fileContainingExtension: {} },
      ])
        expect((await ask(request)).errorResponse?.errorCode).to.equal(5);
      expect((await ask({})).errorResponse?.errorCode).to.equal(3);
      expect((await ask({ allExtensionNumbersOfType: 'x' })).messageResponse).to.equal(
        'allExtensionNumbersResponse',
      );
    });
  });
}
