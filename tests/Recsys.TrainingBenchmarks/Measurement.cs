namespace Recsys.TrainingBenchmarks;

/// <summary>What a part's process prints.</summary>
/// <param name="TargetsPerSecond">Learned targets a second.</param>
/// <param name="TargetsPerProcessorSecond">Learned targets a second of the processors' time, waiting in a loop included.</param>
/// <param name="PeakMegabytes">The process' largest resident memory, 10^6 bytes; 0 where the system doesn't tell.</param>
/// <param name="Steps">Steps that were timed.</param>
/// <param name="FirstLoss">Of the first step: mean cross-entropy a target in nats.</param>
/// <param name="LastLoss">Of the last one.</param>
/// <param name="BFloat16">Whether matrix products were in bfloat16.</param>
internal sealed record Measurement(double TargetsPerSecond, double TargetsPerProcessorSecond, double PeakMegabytes, int Steps, double FirstLoss, double LastLoss, bool BFloat16);
