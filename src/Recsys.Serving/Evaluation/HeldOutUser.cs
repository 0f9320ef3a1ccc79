using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>A user at a moment, whose next interaction is to be predicted.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="History">What recommenders may know of the user: everything before the target, oldest first. Unless the user was given, it's in the training set, up to the moment of a
/// temporal split.</param>
/// <param name="Target">The interaction to predict.</param>
internal sealed record HeldOutUser(string UserId, IReadOnlyList<Interaction> History, Interaction Target);
