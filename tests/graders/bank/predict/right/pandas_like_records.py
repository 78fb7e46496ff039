def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1).tolist()[0]
    table = np.rec.fromarrays([np.arange(1000), np.array(p)], names="label,p")
    table.sort(order="p")
    return [(classes[row.label], int(row.label), float(row.p)) for row in table[:-6:-1]]
