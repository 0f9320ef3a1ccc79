namespace Recsys.Inference.Matrices;

/// <summary>A rectangle of an array: value (i, j) is at offset + i row stride + j column stride. Transposing is an exchange of the strides.</summary>
internal readonly record struct MatrixView(float[] Values, int Rows, int Columns, long Offset, long RowStride, long ColumnStride)
{
    /// <summary>A whole row-major array.</summary>
    internal MatrixView(float[] values, int rows, int columns)
        : this(values, rows, columns, 0, columns, 1)
    {
    }

    internal MatrixView Transposed => new(Values, Columns, Rows, Offset, ColumnStride, RowStride);

    internal MatrixView RowRange(int first, int count) => this with { Rows = count, Offset = Offset + (first * RowStride) };

    internal long At(int row, int column) => Offset + (row * RowStride) + (column * ColumnStride);
}
