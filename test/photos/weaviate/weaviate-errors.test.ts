import { expect } from 'chai';
import { WITH_TEXT, toSearchError } from '../../../src/photos/weaviate/weaviate-errors.js';

describe("Weaviate's failure, for whoever searched", () => {
  it('says that the collection is gone, which is no fault of the service', () => {
    // What Weaviate 1.39 answers over gRPC for a class that was deleted.
    const failure = new Error(
      'Query call with protocol gRPC failed with message: could not find class Photo in schema',
    );
    expect(toSearchError(failure, WITH_TEXT))
      .to.include({ code: 'not_found' })
      .and.have.property('message')
      .that.matches(/^the collection is gone from Weaviate/);
  });

  it('is passed on as it is where nothing is known of it', () => {
    const failure = new Error('something else');
    expect(toSearchError(failure, WITH_TEXT)).to.equal(failure);
  });
});
