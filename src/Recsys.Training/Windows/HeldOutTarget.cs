namespace Recsys.Training.Windows;

/// <summary>One target that is held out.</summary>
/// <param name="User">Whose.</param>
/// <param name="At">Its place in the log; what was before it is known.</param>
internal readonly record struct HeldOutTarget(int User, int At);
