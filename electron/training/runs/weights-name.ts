/** Weights beside a model's file, with PyTorch's names, for another training to start from. */
export const weightsName = 'weights.safetensors';
