using Recsys.Content.Preprocessing;

namespace Recsys.Content.Examples;

/// <summary>Examples as images in folders of their classes.</summary>
internal static class ImageExamples
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    internal static IEnumerable<LabelledExample> Read(string path, ExampleFields fields, ExampleLimits limits, CancellationToken cancellation)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (fields.Spec.Columns is not [{ Kind: ColumnKind.Image } column])
        {
            var found = string.Join(", ", fields.Spec.Columns.Take(10).Select(given => $"{given.Name} ({given.Kind})"));
            throw new InvalidDataException($"{name} holds images, expected a spec of one column of kind Image, not of {found}.");
        }

        using var files = ExampleFiles.Open(path, limits);
        var root = RootOf(files.All);
        var count = 0;
        foreach (var file in files.All)
        {
            cancellation.ThrowIfCancellationRequested();
            var folders = file.Name[root.Length..].Split('/');
            if (folders.Length is < 2 or > 3) throw new InvalidDataException($"{name}, {file.Name}: expected CLASS/NAME, or train, validation or test above that.");
            if (!Extensions.Contains(Path.GetExtension(file.Name).ToLowerInvariant()))
            {
                throw new InvalidDataException($"{name}, {file.Name}: expected an image, so a name that ends with {string.Join(", ", Extensions)}.");
            }

            count++;
            yield return Example(name, file, folders, column, fields, limits.MostImageBytes);
        }

        if (count == 0) throw new InvalidDataException($"{name} holds no file, expected images as CLASS/NAME.jpg.");
    }

    private static LabelledExample Example(string name, ExampleFile file, string[] folders, ColumnSettings column, ExampleFields fields, int most)
    {
        try
        {
            var part = folders.Length == 3 ? ExampleFields.Part("the folder above the class", folders[0]) : null;
            var values = new Dictionary<string, ExampleValue>(StringComparer.Ordinal) { [column.Name] = new ExampleValue.Image(file.Read(most)) };
            return fields.Example(values, folders[^2], part, file.Name);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}, {file.Name}: {e.Message}", e);
        }
    }

    // A zip of a folder has that folder's name before all of its names.
    private static string RootOf(IReadOnlyList<ExampleFile> files)
    {
        if (files.Count == 0) return "";
        var end = files[0].Name.IndexOf('/') + 1;
        var root = files[0].Name[..end];
        var isRoot = end > 0 && root.TrimEnd('/') is not ("train" or "validation" or "test")
            && files.All(file => file.Name.StartsWith(root, StringComparison.Ordinal) && file.Name.Count(letter => letter == '/') >= 2);
        return isRoot ? root : "";
    }
}
