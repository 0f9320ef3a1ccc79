using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Taste;

/// <summary>A Taste model as a tensor of an artefact: <c>taste.items</c> (N, d) of float32; its settings are the artefact's.</summary>
public static class TasteTensors
{
    /// <summary>The tensor of item vectors.</summary>
    public const string Items = "taste.items";

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [Items];

    /// <summary>The tensors, in file order.</summary>
    public static IReadOnlyList<NamedTensor> Of(TasteModel taste) => [new(Items, [taste.ItemCount, taste.Dimensions], taste.Items.Values.ToArray())];

    /// <summary>Reads and checks a model; its vectors stay mapped.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="itemCount">Items of the model that it belongs to, N.</param>
    /// <param name="options">The artefact's settings of it.</param>
    /// <exception cref="InvalidDataException">The tensor is missing or of another shape or type, or holds a value that is not finite.</exception>
    public static TasteModel Read(SafetensorsFile file, int itemCount, TasteOptions options)
    {
        var shape = new TensorShape(Items, [itemCount, options.Dimensions]);
        file.CheckFinite(shape);
        return new(new(file.View(shape), options.Dimensions), options);
    }
}
