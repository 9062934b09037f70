// ONNX Runtime reads this once, when it is loaded: no usage data leaves this computer.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** The one way to onnxruntime-node outside training. Loaded late, so that the line above comes first. */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  return import('onnxruntime-node');
}
