namespace Recsys.Training.Tuning;

/// <summary>A rung of successive halving: each of its trials is trained anew, from scratch, with a whole learning-rate schedule over so many epochs.</summary>
/// <param name="Epochs">Of each training.</param>
/// <param name="Trials">Drawn trials that take part; the preset does so beside them.</param>
internal sealed record Rung(int Epochs, int Trials);
