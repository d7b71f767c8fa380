import type { ClipShape } from './random-clip.js';

/** What Hugging Face's CLIP needs to know of a model of that shape, as `config.json` has it. */
export function clipConfig({ imageSize, patch, vision, text, ...shape }: ClipShape): object {
  const { vocabulary, context, dimensions } = shape;
  return {
    architectures: ['CLIPModel'],
    model_type: 'clip',
    projection_dim: dimensions,
    torch_dtype: 'float32',
    text_config: {
      model_type: 'clip_text_model',
      ...towerConfig(text, dimensions),
      vocab_size: vocabulary,
      max_position_embeddings: context,
      bos_token_id: vocabulary - 2,
      eos_token_id: vocabulary - 1,
      pad_token_id: vocabulary - 1,
    },
    vision_config: {
      model_type: 'clip_vision_model',
      ...towerConfig(vision, dimensions),
      image_size: imageSize,
      patch_size: patch,
    },
  };
}

function towerConfig({ width, layers, heads }: ClipShape['text'], dimensions: number): object {
  return {
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    projection_dim: dimensions,
    hidden_act: 'quick_gelu',
    layer_norm_eps: 1e-5,
  };
}
