namespace Recsys.Serving.Fresh;

/// <summary>An item that a model knows, and how like it another item is.</summary>
/// <param name="Id">Dense id.</param>
/// <param name="Similarity">Cosine of the attributes, (0, 1].</param>
internal readonly record struct Neighbour(int Id, float Similarity);
